"""What code looks like in a text: between fences, in a span, or as a line of its own."""

from __future__ import annotations

import re

# As in CommonMark: at the beginning of a line a fence is closed only there, elsewhere it is a span.
FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[^`\n]*(?:\n|\Z).*?(?:^[ \t>]*(?P=fence)|\Z)|(?P<span>`{2,}).*?(?:(?P=span)|\Z)",
    re.DOTALL | re.MULTILINE,
)
INLINE = re.compile(r"`[^`\n]{1,300}`")
CODE_LINE = re.compile(
    r"(?:def \w+ ?\(|class \w+ ?[:({]|(?:import|from) [\w.]+(?: import .+)?$|(?:for|while|if|elif|with)\b.*:$|(?:else|try|finally) ?:$"
    r"|return\b.*;?$|#include\b|#!/|(?:public|private|static|fn|func|function|let|const|var|void|int) +\w+.*[;{(=]"
    r"|\w[\w.\[\]]* ?[-+*/]?= ?\S|\w[\w.]*\(.*\);?$|(?:SELECT|INSERT|UPDATE|DELETE) .|</?\w+[^>]*>$|[{}] *;?$)"
)
QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|“[^”\n]{0,200}”|«[^»\n]{0,200}»")
