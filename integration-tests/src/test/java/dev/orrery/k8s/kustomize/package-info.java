/**
 * Renders the manifests in Java. {@link dev.orrery.k8s.kustomize.Kustomization} supports what
 * {@code k8s/} uses of kustomize and rejects everything else, so no test needs kubectl.
 *
 * <p>RenderTest in {@code k8s} compares the output with kubectl where that is installed.
 */
package dev.orrery.k8s.kustomize;
