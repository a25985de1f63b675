"""The demo data as files that the importer takes: the example of its format."""

from pathlib import Path

from deploy.demo import files
from deploy.demo.rows import rows, write
from deploy.importer.folder import Folder
from deploy.importer.stages import STAGES

AS_OF = files.as_of()


def test_there_are_rows_for_every_stage() -> None:
    assert set(rows(AS_OF)) == {stage.file for stage in STAGES}
    for stage in STAGES:
        assert any(stage.picks(row) for row in rows(AS_OF)[stage.file]), stage.title


def test_the_importer_reads_what_is_written(tmp_path: Path) -> None:
    written = write(tmp_path / "demo", AS_OF)
    folder = Folder(tmp_path / "demo")
    assert {file.stem: [row.body for row in folder.rows(file.stem)] for file in written} == rows(AS_OF)
