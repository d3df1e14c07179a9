# Who makes mounts and writes policies named fractalops-lab-…, and binds none of them to anybody.
# Replace the prefix, the KV mount and the auth mounts by those of your topology.
path "sys/mounts" {
  capabilities = ["read"]
}

path "sys/mounts/secret" {
  capabilities = ["create", "update"]
}

path "secret/config" {
  capabilities = ["create", "read", "update"]
}

path "sys/auth" {
  capabilities = ["read"]
}

# OpenBao asks for sudo to enable an auth mount, for every caller.
path "sys/auth/approle" {
  capabilities = ["create", "sudo", "update"]
}

path "sys/auth/kubernetes" {
  capabilities = ["create", "sudo", "update"]
}

path "sys/auth/jwt" {
  capabilities = ["create", "sudo", "update"]
}

path "sys/auth/jwt-devices" {
  capabilities = ["create", "sudo", "update"]
}

path "sys/policies/acl" {
  capabilities = ["list"]
}

path "sys/policies/acl/fractalops-lab-*" {
  capabilities = ["create", "delete", "read", "update"]
}
