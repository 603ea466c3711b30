//! The Unix socket. Whoever may open it is an operator; its mode is 0600 from the first moment.

use std::fs::{self, DirBuilder, Permissions};
use std::future::Future;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixStream;
use tokio::sync::watch;

use super::{ListenError, Listener, connection, run};
use crate::api::Api;
use crate::gate::{Connection, Place};

/// A Unix socket that is listened on; its file goes with it.
pub struct UnixListener {
    listener: tokio::net::UnixListener,
    path: PathBuf,
    inode: u64,
}

impl UnixListener {
    /// Listens on `path`, whose folder must exist. A socket that nobody listens on is replaced.
    pub fn bind(path: &Path) -> Result<UnixListener, ListenError> {
        let socket = |cause| ListenError::Socket {
            path: path.to_owned(),
            cause,
        };
        check_free(path)?;
        // Bound in a folder of its own, so that nobody can connect before the mode is set, then moved.
        let folder = nest(path).map_err(socket)?;
        let listener = bind_in(&folder, path).map_err(socket);
        // An empty folder that stays behind harms nobody.
        let _ = fs::remove_dir(&folder);
        let listener = listener?;
        let inode = fs::metadata(path).map_err(socket)?.ino();
        Ok(UnixListener {
            listener,
            path: path.to_owned(),
            inode,
        })
    }

    /// Where it listens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Serves until `shutdown` is done and what runs has ended.
    pub async fn serve(self, api: Api, shutdown: impl Future<Output = ()>) {
        run(self, api, shutdown).await;
    }
}

impl Drop for UnixListener {
    fn drop(&mut self) {
        // Another process may have put its own socket there meanwhile.
        if fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Listener for UnixListener {
    type Incoming = UnixStream;

    async fn accept(&self) -> std::io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }

    fn serve(
        &self,
        stream: UnixStream,
        api: Api,
        closing: watch::Receiver<bool>,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        Some(connection::serve(
            stream,
            api,
            Connection {
                place: Place::Local,
                closing,
            },
        ))
    }
}

fn check_free(path: &Path) -> Result<(), ListenError> {
    match fs::symlink_metadata(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(ListenError::Socket {
            path: path.to_owned(),
            cause,
        }),
        Ok(found) if !found.file_type().is_socket() => Err(ListenError::NoSocket(path.to_owned())),
        Ok(_) => match StdUnixStream::connect(path) {
            Err(cause) if cause.kind() == ErrorKind::ConnectionRefused => Ok(()),
            Err(cause) => Err(ListenError::Socket {
                path: path.to_owned(),
                cause,
            }),
            Ok(_) => Err(ListenError::InUse(path.to_owned())),
        },
    }
}

// A new folder beside the socket that only this user may enter. Its name is short, as paths of sockets
// must be.
fn nest(path: &Path) -> std::io::Result<PathBuf> {
    let parent = path.parent().unwrap_or(Path::new(""));
    let folder = parent.join(format!(".{:08x}", rand::random::<u32>()));
    DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}

fn bind_in(folder: &Path, path: &Path) -> std::io::Result<tokio::net::UnixListener> {
    let nested = folder.join("s");
    let listener = tokio::net::UnixListener::bind(&nested)?;
    let placed =
        fs::set_permissions(&nested, Permissions::from_mode(0o600)).and_then(|()| fs::rename(&nested, path));
    if placed.is_err() {
        let _ = fs::remove_file(&nested);
    }
    placed.map(|()| listener)
}
