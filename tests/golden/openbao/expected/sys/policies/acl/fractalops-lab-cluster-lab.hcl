# Made from the topology by fractalops.infra for fractalops-lab; change the topology, not this policy.

path "secret/data/runtime/portal" {
  capabilities = ["read"]
}
