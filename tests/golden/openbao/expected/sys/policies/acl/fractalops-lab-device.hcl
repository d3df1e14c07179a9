# Made from the topology by fractalops.infra for fractalops-lab; change the topology, not this policy.

path "secret/data/fleet/devices/{{identity.entity.aliases.accessor-of-jwt-devices.name}}" {
  capabilities = ["read"]
}
