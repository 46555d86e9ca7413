// Networks that many tenants of a provider send from: an address in one of them says nothing of whose mail it is. Only
// with a proof that the provider's other tenants cannot show is such a source a customer's.
//
// Taken from what the providers publish for mail: Microsoft's page of URLs and address ranges of Exchange Online
// Protection, and the SPF includes of Google and of large mailing services.

import { containsNetwork, type IpNetwork, parseNetwork } from '../../protocol/ip/network.ts';

const CLOUDS: Readonly<Record<string, readonly string[]>> = {
  'Microsoft 365': [
    '40.92.0.0/15',
    '40.107.0.0/16',
    '52.100.0.0/14',
    '52.238.78.88/32',
    '104.47.0.0/17',
    '2a01:111:f400::/48',
    '2a01:111:f403::/48',
  ],
  'Google Workspace': [
    '35.190.247.0/24',
    '64.233.160.0/19',
    '66.102.0.0/20',
    '66.249.80.0/20',
    '72.14.192.0/18',
    '74.125.0.0/16',
    '108.177.8.0/21',
    '108.177.96.0/19',
    '173.194.0.0/16',
    '172.217.0.0/16',
    '172.253.0.0/16',
    '209.85.128.0/17',
    '216.58.192.0/19',
    '216.239.32.0/19',
    '2001:4860:4000::/36',
    '2404:6800:4000::/36',
    '2607:f8b0:4000::/36',
    '2800:3f0:4000::/36',
    '2a00:1450:4000::/36',
    '2c0f:fb50:4000::/36',
  ],
  'Amazon SES': ['54.240.0.0/18', '69.169.224.0/20', '76.223.176.0/20', '199.127.232.0/22', '199.255.192.0/22'],
  SendGrid: ['167.89.0.0/17', '208.117.48.0/20', '50.31.32.0/19', '168.245.0.0/17', '149.72.0.0/16', '159.183.0.0/16'],
  Mailgun: ['69.72.32.0/20', '104.130.96.0/19', '141.193.32.0/23', '159.135.224.0/20', '161.38.192.0/20'],
};

const NETWORKS: readonly { provider: string; network: IpNetwork }[] = Object.entries(CLOUDS).flatMap(
  ([provider, texts]) => texts.map((text) => ({ provider, network: parsed(text) })),
);

/** The provider whose tenants share a part of this network; nothing where none is known, or the text is no network. */
export function sharedCloudOf(text: string): string | undefined {
  const given = parseNetwork(text);
  if ('fault' in given) return undefined;
  const found = NETWORKS.find(({ network }) => {
    return network.family === given.family && (containsNetwork(network, given) || containsNetwork(given, network));
  });
  return found?.provider;
}

function parsed(text: string): IpNetwork {
  const network = parseNetwork(text);
  if ('fault' in network) throw new Error(network.fault);
  return network;
}
