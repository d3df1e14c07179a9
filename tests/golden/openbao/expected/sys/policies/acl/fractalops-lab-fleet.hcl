# Made from the topology by fractalops.infra for fractalops-lab; change the topology, not this policy.

path "secret/data/fleet/deploy-config" {
  capabilities = ["read"]
}

path "secret/data/fleet/deploy-secrets" {
  capabilities = ["read"]
}
