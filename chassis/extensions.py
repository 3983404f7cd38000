"""nameko's extension points for the processes' own dependencies: the one door to nameko outside `chassis`."""

from typing import Any, TypeVar

from nameko import extensions

T = TypeVar("T")


class DependencyProvider(extensions.DependencyProvider):
    """Something that a process makes once and hands to every worker under the attribute's name."""

    container: Any

    def sibling(self, kind: type[T]) -> T:
        """The process's dependency of another kind; set up by the time of `start`."""
        found: T = next(it for it in self.container.dependencies if isinstance(it, kind))
        return found
