/**
 * Renders the manifests in Java. {@link dev.orrery.k8s.kustomize.Kustomization} supports the
 * kustomize features that {@code k8s/} uses and rejects everything else, so no test needs kubectl.
 *
 * <p>RenderTest in {@code k8s} compares the output with kubectl if it is installed.
 */
package dev.orrery.k8s.kustomize;
