package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.http.security.Caller;
import java.util.function.Consumer;

/**
 * The caller and the connection of a call, as known to the listener of its protocol.
 *
 * @param caller the app and role of the verified token
 * @param protocol the protocol of the call and its response
 * @param address the source address of the call, without the port
 * @param dialledHost the host name that the worker dialled, without a port; only for discovery
 * @param whenGone registers an action to run if the connection closes before the response
 */
public record CallContext(
    Caller caller,
    Protocol protocol,
    String address,
    String dialledHost,
    Consumer<Runnable> whenGone) {}
