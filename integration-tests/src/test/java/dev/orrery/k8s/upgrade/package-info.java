/**
 * Tests of rolling upgrades without a cluster. {@link dev.orrery.k8s.upgrade.RollingUpgradeIT}
 * replaces packaged programs with a {@link dev.orrery.k8s.upgrade.Rollout}, by the probes and grace
 * periods of the manifests, while clients submit.
 *
 * <p>{@link dev.orrery.k8s.upgrade.ProbedPod} behaves as a kubelet does; images and nodes are not
 * involved.
 */
package dev.orrery.k8s.upgrade;
