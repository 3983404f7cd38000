"""Where whoever holds a paper has it checked: in words, as an address, and as a QR code (ISO/IEC 18004) to point a phone at."""

from functools import lru_cache
from typing import Any

import segno

from services.talent.paper.wording import label


@lru_cache(16)
def where_to_check(url: str) -> dict[str, Any]:
    """What the certificate says of the page at `url`; the code is drawn as lines, which no printer blurs."""
    return {
        "title": label("查验本文件", "Check this file"),
        "text": label(
            "用手机扫描二维码或打开下列网址，选择本 PDF 文件，即可查验文件是否真实、是否被改动以及由谁在何时签署。",
            "Scan the code or open the address below and choose this PDF file: you learn whether it is genuine, whether it was changed, "
            "and who signed it when.",
        ),
        "url": url,
        "code": segno.make(url, error="m", micro=False).svg_inline(border=0),
    }
