package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.Actor;
import org.apache.pekko.io.Dns;
import org.apache.pekko.io.DnsProvider;
import org.apache.pekko.io.SimpleDnsCache;

/** Makes Pekko resolve every host with {@link DialActor} before it dials. */
@SuppressWarnings("deprecation")
public final class DialProvider implements DnsProvider {

  /** Always empty: every dial resolves and checks the name. */
  @Override
  public Dns cache() {
    return new SimpleDnsCache();
  }

  @Override
  public Class<? extends Actor> actorClass() {
    return DialActor.class;
  }

  @Override
  public Class<? extends Actor> managerClass() {
    return DialActor.class;
  }
}
