# Who binds policies to roles, and writes none.
# Replace the prefix, the auth mounts and the names of their roles by those of your topology.
path "auth/approle/role" {
  capabilities = ["list"]
}

path "auth/approle/role/fractalops-lab-*" {
  capabilities = ["create", "delete", "read", "update"]
}

path "auth/kubernetes/role" {
  capabilities = ["list"]
}

path "auth/kubernetes/role/external-secrets" {
  capabilities = ["create", "delete", "read", "update"]
}

path "auth/jwt/role" {
  capabilities = ["list"]
}

path "auth/jwt/role/fleet-deploy" {
  capabilities = ["create", "delete", "read", "update"]
}

path "auth/jwt-devices/role" {
  capabilities = ["list"]
}

path "auth/jwt-devices/role/device" {
  capabilities = ["create", "delete", "read", "update"]
}
