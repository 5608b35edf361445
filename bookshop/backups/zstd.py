"""The zstd of Python 3.14's library, and for earlier Pythons the same from a package."""

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import CompressionParameter, ZstdError, ZstdFile, compress
else:
    from backports.zstd import CompressionParameter, ZstdError, ZstdFile, compress

__all__ = ["OPTIONS", "ZstdError", "ZstdFile", "compress"]

# its usual level, with a checksum of each frame
OPTIONS: dict[int, int] = {CompressionParameter.compression_level: 3, CompressionParameter.checksum_flag: 1}
