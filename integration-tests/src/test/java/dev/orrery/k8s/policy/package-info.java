/**
 * Network policies as sets. {@link dev.orrery.k8s.policy.Policies} reads what they open as {@link
 * dev.orrery.k8s.policy.Grant}s, by the rules of Kubernetes; a plan has grants, too, and each is
 * compared with the other.
 *
 * <p>It opens no connection; {@code net} tests the same policies in the kernel.
 */
package dev.orrery.k8s.policy;
