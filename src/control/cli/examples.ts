// What `init` writes. A test reads both with the relay's own parsers.

export const CONFIG_EXAMPLE = `# Easymail: the configuration of one node. Every key: docs/reference/configuration.md.
# Any key can be set from the environment too: EASYMAIL_NODE__HOSTNAME=relay1.example.lu

[node]
hostname = "relay1.example.lu"        # said in the greeting and in EHLO; its A and PTR records should agree
data_dir = "/var/lib/easymail"        # queue, trace, control database; only the relay's user may read it
# threads = 2                         # default: the number of cores

[[listener]]                          # customers' servers and the Internet
address = "0.0.0.0:25"
roles = ["outbound", "inbound"]
tls = "none"                          # "starttls" as soon as [tls] below is set

# [[listener]]                        # customers who log in
# address = "0.0.0.0:465"
# roles = ["submission"]
# tls = "implicit"

# [tls]
# certificate = "/etc/easymail/relay1.pem"
# key = "/etc/easymail/relay1.key"

[http]                                # health and metrics
address = "127.0.0.1:8025"
url = "http://localhost:8025"

[dns]
servers = ["127.0.0.1:53"]            # a resolver on this machine, such as Unbound
trust_ad = false

# [[route]]                           # before any MX look-up
# domain = "partner.example"
# hosts = ["mail.partner.example:25"]
# tls = "verify"

[delivery]
expire_after = "5d"

[operator]
postmaster = ["it@example.lu"]        # gets mail to postmaster@ and abuse@ of our names: name a mailbox that is read

# [bounces]
# domain = "bounce.relay.example.lu"  # return paths of ours; its MX is this relay, its SPF permits all pools

# [alarm]
# command = ["/usr/local/bin/page-the-mail-team"]
`;

export const APPLY_EXAMPLE = `# Who may send what: \`easymail apply apply.toml\`. Every key: docs/apply.md.

[[pool]]                              # our sending addresses; each needs a PTR record for its hostname
name = "standard"
addresses = [
  { ip = "192.0.2.10", hostname = "out1.relay.example.lu", state = "active" },   # active | draining | out
  { ip = "192.0.2.11", hostname = "out2.relay.example.lu", state = "active" },
]

[[customer]]
id = "acme"
name = "Acme S.A."
pools = ["standard"]                  # in order: the next steps in when one has no active address
sources = ["198.51.100.25"]           # where its mail server sends from; one holder each
mailhosts = [{ host = "198.51.100.25", port = 25, tls = "opportunistic" }]   # where its inbound mail goes
domains = [{ name = "acme.example", outbound = true, inbound = true, subdomains = false, verified = true }]
`;
