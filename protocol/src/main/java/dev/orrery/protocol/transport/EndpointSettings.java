package dev.orrery.protocol.transport;

import dev.orrery.protocol.network.AllowedNetworks;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The listening address of one side of a transport, and the peers that it accepts and dials.
 *
 * @param prefix of the keys of these settings, such as {@code orrery.protocols.akka}, for error
 *     messages
 * @param networksKey the key of the allowed networks
 * @param tlsKey the key of TLS
 * @param host to bind
 * @param port to bind; 0 means any free port
 * @param advertisedHost under which peers dial this side; empty: detected
 * @param networks peers that this side accepts and dials; empty: loopback only, or any peer with
 *     TLS
 * @param tls keys for mutual TLS, asked for each connection; empty: no TLS
 * @param towards a host on the route to the peers, which determines the address to advertise; may
 *     be empty
 */
public record EndpointSettings(
    String prefix,
    String networksKey,
    String tlsKey,
    String host,
    int port,
    Optional<String> advertisedHost,
    Optional<AllowedNetworks> networks,
    Optional<? extends Supplier<SSLContext>> tls,
    Optional<String> towards) {}
