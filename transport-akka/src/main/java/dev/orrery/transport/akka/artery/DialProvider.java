package dev.orrery.transport.akka.artery;

import org.apache.pekko.actor.Actor;
import org.apache.pekko.io.Dns;
import org.apache.pekko.io.DnsProvider;
import org.apache.pekko.io.SimpleDnsCache;

/** Puts {@link DialActor} where Pekko looks up every host before it dials it. */
@SuppressWarnings("deprecation")
public final class DialProvider implements DnsProvider {

  /** Always empty: what a name means is looked up, and judged, at each dial. */
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
