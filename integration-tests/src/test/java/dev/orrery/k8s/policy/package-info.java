/**
 * Evaluates network policies. {@link dev.orrery.k8s.policy.Policies} answers whether one {@link
 * dev.orrery.k8s.policy.Peer} may dial a {@link dev.orrery.k8s.policy.Socket} of another, by the
 * rules of Kubernetes.
 *
 * <p>It opens no connection; {@code net} tests the same policies in the kernel.
 */
package dev.orrery.k8s.policy;
