//! Frames: 4 bytes of length, big-endian, and so many bytes.

use std::io::{self, ErrorKind};

use futures::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Why no frame was read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    /// The stream ended where a frame would have begun.
    #[error("the stream ended")]
    End,
    /// The stream ended within a frame.
    #[error("the stream ended within a frame")]
    Cut,
    /// The length says more than is allowed.
    #[error("a frame of {length} bytes, where at most {limit} are allowed")]
    TooLarge {
        /// What the length says.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The stream broke.
    #[error("the stream broke: {0}")]
    Io(io::Error),
}

/// Reads a length, which must be at most `limit`. Nothing is set aside for the bytes yet.
pub(crate) async fn read_length<S>(stream: &mut S, limit: usize) -> Result<usize, FrameError>
where
    S: AsyncRead + Unpin,
{
    let mut prefix = [0; 4];
    let first = stream.read(&mut prefix).await.map_err(FrameError::Io)?;
    if first == 0 {
        return Err(FrameError::End);
    }
    stream.read_exact(&mut prefix[first..]).await.map_err(within)?;
    let length = u32::from_be_bytes(prefix) as usize;
    if length > limit {
        return Err(FrameError::TooLarge { length, limit });
    }
    Ok(length)
}

/// Reads the bytes of a frame whose length was read.
pub(crate) async fn read_bytes<S>(stream: &mut S, length: usize) -> Result<Vec<u8>, FrameError>
where
    S: AsyncRead + Unpin,
{
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.map_err(within)?;
    Ok(bytes)
}

/// Writes a frame and flushes it.
pub(crate) async fn write<S>(stream: &mut S, bytes: &[u8]) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    stream.write_all(&length.to_be_bytes()).await?;
    stream.write_all(bytes).await?;
    stream.flush().await
}

fn within(error: io::Error) -> FrameError {
    match error.kind() {
        ErrorKind::UnexpectedEof => FrameError::Cut,
        _ => FrameError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::io::Cursor;
    use liaison_protocol::Hash;

    use super::*;

    async fn read(bytes: &[u8], limit: usize) -> Result<Vec<u8>, FrameError> {
        let mut stream = Cursor::new(bytes);
        let length = read_length(&mut stream, limit).await?;
        read_bytes(&mut stream, length).await
    }

    #[test]
    fn a_frame_that_was_written_is_read_back() {
        for frame in [&b""[..], b"a", &[7; 300]] {
            let mut wire = Vec::new();
            block_on(write(&mut wire, frame)).expect("memory takes everything");
            assert_eq!(wire[..4], (frame.len() as u32).to_be_bytes());
            assert_eq!(block_on(read(&wire, 300)).expect("a frame"), frame);
        }
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_anything_is_set_aside() {
        let refused = block_on(read(&u32::MAX.to_be_bytes(), 1 << 20));
        assert!(matches!(
            refused,
            Err(FrameError::TooLarge { limit: 1_048_576, .. })
        ));
    }

    #[test]
    fn whatever_arrives_is_a_frame_within_the_limit_or_an_error() {
        for seed in 0..2_000_u32 {
            let noise = Hash::of(&seed.to_be_bytes()).0;
            // Lengths that fit, and any others.
            let length = if seed % 2 == 0 {
                [0, 0, 0, noise[0] % 40]
            } else {
                [noise[1], noise[2], 0, noise[3]]
            };
            let wire = [&length[..], &noise[..(noise[4] % 33) as usize]].concat();
            let said = u32::from_be_bytes(length) as usize;
            match block_on(read(&wire, 20)) {
                Ok(frame) => assert!(frame.len() == said && said <= 20 && frame == wire[4..4 + said]),
                Err(FrameError::TooLarge { length, .. }) => assert!(length == said && said > 20),
                Err(error) => assert!(
                    matches!(error, FrameError::Cut) && wire.len() < 4 + said,
                    "{error}"
                ),
            }
        }
    }

    #[test]
    fn an_end_between_frames_is_told_from_one_within() {
        assert!(matches!(block_on(read(&[], 9)), Err(FrameError::End)));
        assert!(matches!(block_on(read(&[0, 0], 9)), Err(FrameError::Cut)));
        assert!(matches!(
            block_on(read(&[0, 0, 0, 2, 1], 9)),
            Err(FrameError::Cut)
        ));
    }
}
