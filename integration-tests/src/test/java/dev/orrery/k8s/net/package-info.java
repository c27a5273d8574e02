/**
 * Tests of the network policies with real connections. {@link dev.orrery.k8s.net.NetworkPolicyIT}
 * starts pods as network namespaces, enforces the policies with {@link
 * dev.orrery.k8s.net.Nftables}, and compares the connections with the port plan.
 *
 * <p>All networks are inside namespaces, so the network of the machine does not change. It needs
 * root, {@code nft} and {@code ip}.
 */
package dev.orrery.k8s.net;
