# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold between the parts of a topology: one rule, one generator, one sentence.

A rule sees a topology whose every field is sound, and yields a violation for each place that breaks it. A topology with
faults is judged with stand-ins at the faulty places, and only what several stand-ins break alike is told. So a value
that a violation follows from stands in its words, or in ``first``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from ..model.topology import Topology
from ..schema.schema_folder import SchemaFolder
from ..violation import Violation
from . import (
    addresses,
    auth_roles,
    break_glass,
    clusters,
    configs,
    connectors,
    container_engines,
    containers,
    credentials,
    dependencies,
    directives,
    edge,
    fleet,
    health,
    identity,
    integrations,
    internal_dns,
    names,
    openbao,
    opentofu,
    portal,
    ports,
    principals,
    references,
    releases,
    runners,
    services,
    shared,
    timers,
    units,
    urls,
)

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
    containers.container_names_are_for_plain_lxc,
    references.lxc_assets_stand_on_known_nodes,
    references.lxc_assets_stand_in_known_networks,
    references.kubernetes_assets_run_in_known_clusters,
    references.kubernetes_assets_use_known_charts,
    references.postgres_is_a_kubernetes_asset,
    references.the_declared_mount_holds_secrets,
    references.secret_refs_stay_in_the_declared_mount,
    references.a_consumer_names_a_secret_once,
    openbao.secrets_travel_encrypted,
    openbao.refs_lie_in_a_declared_scope,
    openbao.capabilities_are_listed_once,
    openbao.scopes_have_a_path_of_their_own,
    openbao.token_lifetimes_are_in_order,
    openbao.refs_name_declared_keys,
    openbao.scope_secrets_are_declared_once,
    openbao.scope_secrets_have_keys,
    auth_roles.auth_mounts_are_of_one_method,
    auth_roles.auth_roles_are_for_one_kind_of_caller,
    auth_roles.approles_carry_the_prefix,
    services.every_service_has_a_user_of_its_own,
    services.root_needs_allow_root,
    services.services_do_not_replace_system_units,
    services.commands_start_with_an_absolute_path,
    services.placeholders_have_a_value,
    credentials.credentials_are_read_where_systemd_gives_them,
    health.health_is_asked_on_the_host_itself,
    health.health_of_instances_is_asked_of_each,
    health.placeholders_of_health_have_a_value,
    health.health_is_asked_as_its_service_answers,
    health.requests_for_health_are_in_order,
    services.directories_have_one_owner_per_host,
    services.directories_stand_where_data_belongs,
    services.services_do_not_wait_for_each_other,
    services.activation_windows_fit_their_checks,
    units.units_do_not_replace_system_units,
    units.triggers_say_when,
    units.triggers_start_a_service_of_their_host,
    units.instances_are_listed_once,
    units.oneshot_services_are_not_started_for_ever,
    units.stopped_units_are_wanted_by_nobody,
    units.units_of_others_are_not_ours,
    units.masks_are_not_of_essential_units,
    units.masks_are_said_once,
    timers.calendar_events_come,
    directives.directives_are_known,
    directives.accepted_directives_are_known,
    directives.directives_with_a_field_are_written_there,
    directives.directives_bring_no_secrets,
    directives.environments_hold_no_secrets,
    directives.directive_values_are_escaped,
    directives.directive_commands_start_with_an_absolute_path,
    releases.releases_of_our_applications_have_a_source,
    releases.archives_are_of_a_kind_that_hosts_unpack,
    releases.services_use_no_environment_files,
    ports.service_ports_are_unique_per_host,
    container_engines.services_use_no_engine_of_their_host,
    integrations.integrations_that_authenticate_name_a_secret,
    integrations.integrations_have_a_url,
    integrations.assets_we_run_are_no_integrations,
    integrations.integrations_stand_in_for_no_asset_of_ours,
    shared.a_shared_role_has_one_asset,
    shared.shared_services_have_no_local_url,
    clusters.clusters_have_a_folder_of_their_own,
    clusters.workloads_are_unique_per_namespace,
    clusters.assets_stay_out_of_reserved_namespaces,
    clusters.shared_stores_serve_namespaces_of_ours,
    clusters.release_names_fit_helm,
    clusters.assets_leave_the_applications_of_clusters_their_names,
    configs.free_data_holds_no_secrets,
    configs.refs_stand_where_they_are_read,
    configs.values_name_the_secret_that_is_made,
    configs.configs_hold_no_environment_keys,
    configs.issuers_are_the_declared_one,
    configs.configs_select_assets_by_id,
    urls.local_urls_stay_on_their_machine,
    urls.urls_for_others_leave_the_machine,
    urls.public_urls_are_encrypted,
    urls.cluster_names_stay_inside_their_cluster,
    urls.hosts_are_told_no_cluster_names,
    urls.declared_urls_are_written_once,
    principals.default_principals_are_three,
    portal.legacy_runtimes_need_legacy,
    portal.the_portal_runs_where_its_profile_says,
    portal.the_portal_has_a_public_url,
    portal.return_hosts_are_listed_once,
    runners.runners_are_a_kubernetes_asset,
    runners.runner_credentials_are_those_of_its_auth,
    runners.runner_values_are_those_of_the_profile,
    runners.runners_name_the_account_of_their_controller,
    runners.runner_limits_are_in_order,
    dependencies.named_assets_exist,
    dependencies.machines_reach_dependencies_at_an_executor_url,
    dependencies.temporal_is_reached_at_a_port,
    dependencies.postgres_is_reached_in_its_namespace,
    identity.trusted_sessions_are_complete,
    identity.the_issuer_is_a_realm_of_the_idp,
    identity.brokers_belong_to_an_idp,
    identity.an_authorization_model_is_younger_than_its_store,
    identity.the_portal_is_protected,
    identity.protected_hosts_are_listed_once,
    edge.managed_dns_has_a_zone_and_a_tunnel,
    edge.managed_ingress_has_an_origin_and_a_tunnel,
    edge.edge_settings_are_used,
    internal_dns.a_dns_token_is_for_writing,
    internal_dns.the_dns_gateway_stands_in_a_network,
    connectors.connector_ids_are_unique,
    connectors.connectors_run_in_one_mode,
    connectors.runtime_gateway_is_for_gateways,
    connectors.nexus_connectors_have_both_urls,
    connectors.only_nexus_connectors_have_a_url,
    opentofu.variables_are_plain_or_sensitive,
    fleet.fleet_documents_are_apart,
    fleet.fleet_keys_are_listed_once,
    fleet.device_documents_are_apart,
    fleet.the_fleet_reads_where_we_write,
    break_glass.bundle_recipients_are_listed_once,
    break_glass.bundle_recipients_are_spelt_right,
    break_glass.the_signing_key_is_for_bundles_alone,
)
#: Rules that also read the schema files beside the topology.
SCHEMA_RULES: tuple[SchemaRule, ...] = (configs.configs_satisfy_their_schemas,)


#: A rule that is broken in more places stops there, and says so.
MAX_PLACES = 500


def broken_rules(topology: Topology, schemas: SchemaFolder) -> Iterator[Violation]:
    """The violations of every rule, at most MAX_PLACES of each; ``schemas`` are those beside the topology."""
    for rule in RULES:
        yield from _first_places(rule(topology), rule)
    for schema_rule in SCHEMA_RULES:
        yield from _first_places(schema_rule(topology, schemas), schema_rule)


def _first_places(found: Iterator[Violation], rule: Rule | SchemaRule) -> Iterator[Violation]:
    yield from islice(found, MAX_PLACES)
    if next(found, None) is not None:
        words = rule.__name__.replace("_", " ")
        yield Violation((), f"{words!r} is broken in more places, which were not looked for", "fix these first")
