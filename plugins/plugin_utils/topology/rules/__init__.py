# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold between the parts of a topology: one rule, one generator, one sentence.

A rule sees a topology whose every field is sound, and yields a violation for each place that breaks it.
Leaving an asset out must never break a rule: the sound part of a topology with faults is judged by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from ..model.topology import Topology
from ..schema_folder import SchemaFolder
from ..violation import Violation
from . import addresses, clusters, configs, containers, integrations, names, openbao, ports, references, services

Rule = Callable[[Topology], Iterator[Violation]]
SchemaRule = Callable[[Topology, SchemaFolder], Iterator[Violation]]

RULES: tuple[Rule, ...] = (
    names.host_names_are_unique,
    names.host_names_are_not_reserved,
    addresses.networks_start_at_their_first_address,
    addresses.networks_do_not_overlap,
    addresses.gateways_are_hosts_of_their_network,
    addresses.lxc_addresses_are_hosts_of_their_network,
    addresses.addresses_are_unique,
    containers.container_ids_are_unique_per_node,
    references.lxc_assets_stand_on_known_nodes,
    references.lxc_assets_stand_in_known_networks,
    references.kubernetes_assets_run_in_known_clusters,
    references.kubernetes_assets_use_known_charts,
    references.postgres_is_a_kubernetes_asset,
    references.the_declared_mount_holds_secrets,
    references.secret_refs_stay_in_the_declared_mount,
    openbao.secrets_travel_encrypted,
    services.every_service_has_a_user_of_its_own,
    services.root_is_allowed_in_so_many_words,
    services.services_do_not_replace_system_units,
    services.commands_start_with_an_absolute_path,
    services.placeholders_have_a_value,
    services.health_is_asked_on_the_host_itself,
    services.directories_have_one_owner_per_host,
    services.activation_windows_fit_their_checks,
    ports.service_ports_are_unique_per_host,
    integrations.integrations_that_authenticate_name_a_secret,
    integrations.integrations_have_a_url,
    clusters.clusters_have_a_folder_of_their_own,
    clusters.workloads_are_unique_per_namespace,
    clusters.assets_stay_out_of_reserved_namespaces,
    configs.free_data_holds_no_secrets,
)
#: Rules that also read the schema files beside the topology.
SCHEMA_RULES: tuple[SchemaRule, ...] = (configs.configs_satisfy_their_schemas,)


def broken_rules(topology: Topology, folder: FilePath) -> Iterator[Violation]:
    """Every violation of every rule; ``folder`` holds the schema files."""
    for rule in RULES:
        yield from rule(topology)
    schemas = SchemaFolder(folder)
    for schema_rule in SCHEMA_RULES:
        yield from schema_rule(topology, schemas)
