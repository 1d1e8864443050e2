"""The dbt models as assets and the dbt tests as their checks, built by dbt in the run's own process.

Belongs here: which asset a dbt node is, and dbt's results as Dagster's events. Does not: building, setting aside
(``pipelines.warehouse.rebuild``), the models (``dbt_project``).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetObservation,
    AssetsDefinition,
    Failure,
    MetadataValue,
    Output,
    ResourceParam,
)
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from pipelines.orchestration.owners import OWNERS
from pipelines.orchestration.resources import HomeResource
from pipelines.warehouse.dbt_manifest import ProjectError
from pipelines.warehouse.lake_health import LakeDamaged
from pipelines.warehouse.lake_state import MARK
from pipelines.warehouse.publication import built_row_counts
from pipelines.warehouse.rebuild import BuildFailed, rebuild
from pipelines.warehouse.warehouse import ANALYSIS_TAG, BuildResult, MachineRefused, tested_model

GROUP = "entrepot"
ANALYSIS_GROUP = "analyses"
Events = Iterator[Output[None] | AssetCheckResult | AssetObservation]

# Lake tables whose asset is not the submissions'; by the start of their names.
_LAKE_ASSETS = {
    "organisation_versions": "referential",
    "snapshot": "referential",
    "finess_": "establishments",
    "inventory_": "inventories",
}


class ModelsTranslator(DagsterDbtTranslator):
    """A model is the asset of its name; a lake table is the asset that writes it."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        """``pages``: mart → the pages that show it, as links in Markdown."""
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
        self._pages = pages

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] != "source":
            return AssetKey(name)
        if dbt_resource_props["source_name"] == "analysis":
            return AssetKey(ANALYSIS_GROUP)
        if dbt_resource_props["source_name"] == "referential":
            return AssetKey("referential")
        return AssetKey(next((asset for start, asset in _LAKE_ASSETS.items() if name.startswith(start)), "submissions"))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] == "source":
            return None
        return ANALYSIS_GROUP if ANALYSIS_TAG in dbt_resource_props["tags"] else GROUP

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        return OWNERS

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own; Dagster's default adds the model's SQL, to which the metadata lead."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """dbt's own (columns with their descriptions), the way to the model's file and to the pages that show it."""
        path = dbt_resource_props.get("original_file_path", "")
        told = {**super().get_metadata(dbt_resource_props), "modèle dbt": MetadataValue.path(f"dbt_project/{path}")}
        pages = self._pages.get(dbt_resource_props["name"])
        return told if pages is None else {**told, "tableaux de bord": MetadataValue.md(pages)}


def last_models(manifest: Mapping[str, Any], of_analyses: bool = False) -> list[AssetKey]:
    """The models, of the data or of the analyses, that no other one reads and that each new submission concerns.

    When they are made, all are that the pass makes: one that stands when nothing it reads changed is not waited for.
    """
    models = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and (ANALYSIS_TAG in node["tags"]) == of_analyses
    }
    read = {parent for node in models.values() for parent in node["depends_on"]["nodes"]}
    # a view stands while the models are the same, and is then not made again
    made_apart = ("replaced_view", "ephemeral")
    not_made = {unique_id for unique_id, node in models.items() if node["config"]["materialized"] in made_apart}
    last = models.keys() - read - not_made
    if not of_analyses:
        last &= _followers(manifest, f"source.{manifest['metadata']['project_name']}.lake.{MARK}")
    return [AssetKey(models[unique_id]["name"]) for unique_id in sorted(last)]


def _followers(manifest: Mapping[str, Any], unique_id: str) -> set[str]:
    """The nodes that read this one, near or far: what dbt's selector ``+`` takes."""
    found, next_ones = set[str](), [unique_id]
    while next_ones:
        children = set(manifest["child_map"].get(next_ones.pop(), ())) - found
        found |= children
        next_ones += children
    return found


def build_models(manifest: Mapping[str, Any], project: Path, pages: Mapping[str, str]) -> AssetsDefinition:
    """All models of the project as one step.

    Whichever of them are selected, the whole warehouse is built: part of it made from a newer lake than the rest
    must never be published. Events are those of the selection. The models of the analyses have a step of their own
    (``assets.analysis``).
    """
    translator = ModelsTranslator(pages)

    @dbt_assets(manifest=manifest, exclude=f"tag:{ANALYSIS_TAG}", dagster_dbt_translator=translator, name="modeles")
    def models(context: AssetExecutionContext, home: ResourceParam[HomeResource]) -> Events:
        with home.writing("construction de l'entrepôt"):
            try:
                made = rebuild(home.folders, manifest, home.referential(), project)
            except BuildFailed as failure:
                yield from as_events(failure.result, context, manifest, translator, {})
                raise Failure(str(failure), allow_retries=False) from failure
            except (ProjectError, MachineRefused, LakeDamaged) as error:
                raise Failure(str(error), allow_retries=False) from error
            counts = built_row_counts(home.folders)
        if made.set_aside:
            numbers = ", ".join(map(str, made.set_aside))
            context.log.warning(f"Réceptions mises de côté : {numbers} ({made.trial_count} constructions d'essai)")
        if aside := made.source_set_aside:
            context.log.warning(f"Source mise de côté : {aside.kind} {aside.file_name}, référence {aside.number}")
        yield from as_events(made.result, context, manifest, translator, counts)

    return models


def _analysis_models(manifest: Mapping[str, Any]) -> set[str]:
    return {node["name"] for node in manifest["nodes"].values() if ANALYSIS_TAG in node["tags"]}


def as_events(
    result: BuildResult,
    context: AssetExecutionContext,
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    counts: Mapping[str, int],
) -> Events:
    """dbt's results as outputs with their number of rows, checks and observations, for what was selected."""
    from pipelines.engines.dbt_names import DbtCoreCliEventMessage

    selected = {key.path[-1] for key in context.selected_asset_keys}
    # What is ephemeral is no asset, so that its tests are no checks: one that fails still fails the build.
    ephemeral = {node["name"] for node in manifest["nodes"].values() if node["config"]["materialized"] == "ephemeral"}
    elsewhere = (_analysis_models(manifest) - selected) | ephemeral
    for raw in result.events:
        if {tested_model(raw, manifest), raw["data"]["node_info"]["node_name"]} & elsewhere:
            continue
        if context.is_subset and tested_model(raw, manifest) not in {*selected, None}:
            continue
        message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
        for event in message.to_default_asset_events(manifest, translator, context):
            if not isinstance(event, Output):
                yield event  # type: ignore[misc]
            elif (name := raw["data"]["node_info"]["node_name"]) in selected:
                rows = {"dagster/row_count": counts[name]} if name in counts else {}
                yield Output(None, event.output_name, metadata={**event.metadata, **rows})
