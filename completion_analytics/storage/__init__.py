"""A log on disk: a folder with a manifest, and of every frame a file per part.

```
FOLDER/manifest.json
FOLDER/completions/part-00000.parquet  part-00001.parquet …
FOLDER/messages/part-00000.parquet     part-00001.parquet …
```

Every part holds a file of every frame, with the declared columns even when no row is in it, and all
frames' rows of one completion stand in the same part; feedback may stand in a later one. Rows are
in the order of `row_id`, over the parts, too. The manifest is written last: a folder without it is
no log yet.
"""

from __future__ import annotations

from .encodings import ARROW, PARQUET, Encoding, read_frames, write_frame
from .folder import STORED, Manifest, Stored, part_path, write_log, write_part

__all__ = [
    "ARROW",
    "PARQUET",
    "STORED",
    "Encoding",
    "Manifest",
    "Stored",
    "part_path",
    "read_frames",
    "write_frame",
    "write_log",
    "write_part",
]
