"""A text in both languages of a contract, and how English counts."""

from dataclasses import dataclass

from events.shapes import Line


@dataclass(frozen=True)
class Bilingual:
    """A line in Chinese and in English."""

    zh: Line
    en: Line

    def of(self, language: str) -> str:
        """The Chinese line for readers of Chinese, the English one for everybody else."""
        return self.zh if language == "zh" else self.en


def counted(number: int, singular: str) -> str:
    """The number with the noun in English: `1 day`, `2 days`."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"
