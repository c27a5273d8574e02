/**
 * Parents: instances that wait for their parts, or for the nodes of a flow. {@link
 * dev.orrery.scheduler.flow.ParentDecision} and {@link dev.orrery.scheduler.flow.FlowDecision} are
 * the pure rules, {@link dev.orrery.scheduler.flow.ParentReconciler} applies them under the lock of
 * the parent's row, and {@link dev.orrery.scheduler.flow.ParentService} decides when to reconcile.
 * Nodes start in the order of {@code FlowShape}; {@link
 * dev.orrery.scheduler.flow.NodesPerTransaction} lets apps take turns.
 *
 * <p>Parts, and the runs of nodes, are ordinary instances: {@code dispatch} gives them to workers,
 * and {@code completion} ends them. Neither depends on this package: the end of an instance only
 * publishes a hint for its parent.
 *
 * <p>This is the module {@code flow}. Begin with {@link dev.orrery.scheduler.flow.ParentDecision}.
 * It may use {@code core}, and no other feature.
 */
package dev.orrery.scheduler.flow;
