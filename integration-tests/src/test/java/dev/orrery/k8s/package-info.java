/**
 * Tests of the Kubernetes manifests. {@link dev.orrery.k8s.ManifestsTest} runs each {@link
 * dev.orrery.k8s.Check} on every {@link dev.orrery.k8s.Overlay}, and {@link
 * dev.orrery.k8s.SeededMistakesTest} proves that the checks find mistakes.
 *
 * <p>Nothing here needs a cluster: {@code kubectl kustomize} renders the manifests. Packages below
 * enforce and apply them.
 */
package dev.orrery.k8s;
