# Made from the topology by fractalops.infra for fractalops-lab; change the topology, not this policy.

path "secret/metadata/edge" {
  capabilities = ["list"]
}

path "secret/metadata/edge/cloudflare" {
  capabilities = ["read"]
}

path "secret/metadata/fleet" {
  capabilities = ["list"]
}

path "secret/metadata/fleet/deploy-config" {
  capabilities = ["read"]
}

path "secret/metadata/fleet/deploy-secrets" {
  capabilities = ["read"]
}

path "secret/metadata/runtime" {
  capabilities = ["list"]
}

path "secret/metadata/runtime/portal" {
  capabilities = ["read"]
}

path "secret/metadata/runtime/postgres" {
  capabilities = ["read"]
}

path "secret/metadata/runtime/unused" {
  capabilities = ["read"]
}

path "secret/subkeys/edge/cloudflare" {
  capabilities = ["read"]
}

path "secret/subkeys/fleet/deploy-config" {
  capabilities = ["read"]
}

path "secret/subkeys/fleet/deploy-secrets" {
  capabilities = ["read"]
}

path "secret/subkeys/runtime/portal" {
  capabilities = ["read"]
}

path "secret/subkeys/runtime/postgres" {
  capabilities = ["read"]
}

path "secret/subkeys/runtime/unused" {
  capabilities = ["read"]
}
