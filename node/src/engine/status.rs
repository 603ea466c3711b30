//! What a node says of itself and of every authority.
