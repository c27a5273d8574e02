/**
 * Tests of the Kubernetes manifests. {@link dev.orrery.k8s.ManifestsTest} runs each {@link
 * dev.orrery.k8s.Check} on every {@link dev.orrery.k8s.Overlay}, and {@link
 * dev.orrery.k8s.SeededMistakesTest} proves that the checks find mistakes.
 *
 * <p>Nothing here needs a cluster. Packages below render, enforce and apply the manifests.
 */
package dev.orrery.k8s;
