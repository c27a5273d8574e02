package dev.orrery.transport.akka.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.orrery.transport.akka.artery.ArterySystem;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeerForgetPeriodTest {
  private final Config settings =
      ConfigFactory.parseResources(ArterySystem.class.getClassLoader(), "orrery-akka.conf")
          .withFallback(ConfigFactory.defaultReference())
          .getConfig("pekko.remote.artery.advanced");

  /** A peer that the proxy has forgotten must not cost Artery any memory. */
  @Test
  void removesArteryAssociationBeforeProxyForgetsPeer() {
    Duration quarantined = settings.getDuration("quarantine-idle-outbound-after");
    Duration lookedAtEvery = settings.getDuration("stop-idle-outbound-after").dividedBy(2);
    Duration removedAfter = settings.getDuration("remove-quarantined-association-after");
    Duration sweptEvery = removedAfter.dividedBy(2);

    // Of the time until it is removed, the one until it was quarantined is a part.
    assertThat(removedAfter).isLessThan(quarantined);
    assertThat(quarantined.plus(lookedAtEvery).plus(sweptEvery))
        .isLessThan(RemoteSystemRegistry.FORGOTTEN);
  }
}
