/**
 * Tests on a real API server. {@link dev.orrery.k8s.apiserver.ControlPlane} starts etcd and
 * kube-apiserver on loopback, and {@link dev.orrery.k8s.apiserver.ApiServerIT} applies every
 * overlay with strict validation.
 *
 * <p>There are no nodes, so no pod runs here. Without the programs of envtest the tests print
 * SKIPPED.
 */
package dev.orrery.k8s.apiserver;
