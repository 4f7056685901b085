"""Sans-I/O decoders, one protocol a module: bytes in, frames and dropped bytes out."""
