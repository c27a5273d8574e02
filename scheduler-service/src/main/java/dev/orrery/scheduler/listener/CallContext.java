package dev.orrery.scheduler.listener;

import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.security.Caller;
import java.util.function.Consumer;

/**
 * The caller and the connection of a call, as the listener of its protocol knows them.
 *
 * @param caller the app and role of the verified token
 * @param protocol of the call and its answer
 * @param address where the call came from, without the port
 * @param dialledHost the host name that the worker dialled, without a port; only for discovery
 * @param whenGone gets an action to run when the connection has closed before the answer
 */
public record CallContext(
    Caller caller,
    Protocol protocol,
    String address,
    String dialledHost,
    Consumer<Runnable> whenGone) {}
