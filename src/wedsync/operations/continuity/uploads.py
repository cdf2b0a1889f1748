"""What people uploaded, in the place of backups: each content once, under a name that follows from its SHA-256.

One that is missing or damaged there keeps nothing else from coming back. It is named, and put there again by the next
backup of a house that still has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from wedsync.operations.continuity.model import FILES, LostUpload, Part, Upload
from wedsync.operations.continuity.vault import Vault
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.backups.tar_parts import READ_BYTES


def keep_uploads(vault: Vault, folder: Path, before: tuple[Upload, ...]) -> tuple[Upload, ...]:
    """Each file by what is in it: one that was put there before, and still lies there, is not put there again."""
    sizes = {item.name: item.size_bytes for item in vault.place.items(FILES)}
    known = {each.part.name: each.part for each in before}
    there = {name: part for name, part in known.items() if sizes.get(name) == part.sealed.size_bytes}
    paths = sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    return tuple(_kept(vault, path, path.relative_to(folder).as_posix(), there) for path in paths)


def bring_back(vault: Vault, uploads: tuple[Upload, ...], folder: Path) -> tuple[LostUpload, ...]:
    """Into `folder`, each proved to be what was uploaded; what is told did not come back and left nothing there."""
    return tuple(lost for each in uploads if (lost := _brought_back(vault, each, folder / each.path)))


def prove_upload(vault: Vault, part: Part) -> None:
    """Read all of it. Raises Damaged."""
    for _ in _read(vault, part):
        pass


def _kept(vault: Vault, path: Path, name: str, there: dict[str, Part]) -> Upload:
    with path.open("rb") as file:
        digest = sha256()
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
        target = _name(vault, digest.digest())
        if target not in there:
            file.seek(0)
            there[target] = vault.put(target, iter(lambda: file.read(READ_BYTES), b""))
    return Upload(path=name, part=there[target])


def _brought_back(vault: Vault, upload: Upload, path: Path) -> LostUpload | None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            file.writelines(_read(vault, upload.part))
    except Damaged as damage:
        path.unlink()
        return LostUpload(path=upload.path, file=damage.name, why=damage.why)
    return None


def _read(vault: Vault, part: Part) -> Iterator[bytes]:
    """Proved by its content, not by its seal: a later backup may have put it there again, under another one."""
    digest = sha256()
    for chunk in vault.get(part.name):
        digest.update(chunk)
        yield chunk
    if part.name != _name(vault, digest.digest()):
        raise Damaged(part.name, "is not what was uploaded")


def _name(vault: Vault, digest: bytes) -> str:
    return FILES + vault.key.name_for(digest)
