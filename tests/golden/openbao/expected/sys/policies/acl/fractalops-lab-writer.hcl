# Made from the topology by fractalops.infra for fractalops-lab; change the topology, not this policy.

path "secret/data/fleet/deploy-config" {
  capabilities = ["create", "patch", "read", "update"]
}

path "secret/data/fleet/deploy-secrets" {
  capabilities = ["create", "patch", "read", "update"]
}

path "secret/data/runtime/postgres" {
  capabilities = ["create", "patch", "read", "update"]
}

path "secret/data/runtime/unused" {
  capabilities = ["create", "patch", "read", "update"]
}

path "secret/metadata/fleet/deploy-config" {
  capabilities = ["read"]
}

path "secret/metadata/fleet/deploy-secrets" {
  capabilities = ["read"]
}

path "secret/metadata/runtime/postgres" {
  capabilities = ["read"]
}

path "secret/metadata/runtime/unused" {
  capabilities = ["read"]
}

path "secret/subkeys/fleet/deploy-config" {
  capabilities = ["read"]
}

path "secret/subkeys/fleet/deploy-secrets" {
  capabilities = ["read"]
}

path "secret/subkeys/runtime/postgres" {
  capabilities = ["read"]
}

path "secret/subkeys/runtime/unused" {
  capabilities = ["read"]
}
