package dev.orrery.transport.akka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.artery.Frames;
import dev.orrery.testing.artery.RawPeer;
import dev.orrery.testing.program.Await;
import dev.orrery.transport.akka.artery.Associations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sends frames of a peer without a token that could end or delay the streams of all peers, or cost
 * memory. After each frame, the same systems on both sides must respond on the same connections.
 */
@Tag("slow")
class AkkaHostileTest {
  private static final long UID = 77;
  private static final String PEER = "akka://x@127.0.0.1:2";

  private final List<RawPeer> peers = new ArrayList<>();
  private Ends ends;
  private long schedulersUid;
  private long workersUid;

  @BeforeEach
  void open() {
    ends = new Ends(null, null);
    schedulersUid = ends.scheduler.artery().uid();
    workersUid = ends.worker.artery().uid();
    ends.awaitConnected();
    var unused = ends.ask(TestHandler.PARK, "");
  }

  @AfterEach
  void nothingHasChanged() {
    try {
      assertThat(ends.echo("after")).isEqualTo("after");
      assertThat(ends.scheduler.artery().uid()).isEqualTo(schedulersUid);
      assertThat(ends.worker.artery().uid()).isEqualTo(workersUid);
      assertThat(ends.handler.gone.getCount()).as("no connection was lost").isEqualTo(1);
    } finally {
      peers.forEach(RawPeer::close);
      ends.close();
    }
  }

  private RawPeer peer(int port, byte stream) {
    RawPeer peer = new RawPeer(port, stream);
    peers.add(peer);
    return peer;
  }

  private int schedulersPort() {
    return ends.scheduler.port();
  }

  private String scheduler() {
    return ends.scheduler.address();
  }

  /** Used to end the streams of all peers: "Attempted association with self address". */
  @Test
  void refusesHandshakeClaimingOwnAddress() {
    for (int i = 0; i < 10; i++) {
      RawPeer peer = peer(schedulersPort(), Frames.CONTROL);
      peer.send(Frames.handshake(UID + i, scheduler(), scheduler()));
      assertThat(peer.isClosed()).isTrue();
    }
  }

  /** Used to end the streams of all peers: "UID collision". */
  @Test
  void refusesSecondAddressWithSameUid() {
    int known = Associations.of(ends.scheduler.artery());
    for (int i = 0; i < 10; i++) {
      RawPeer peer = peer(schedulersPort(), Frames.CONTROL);
      peer.send(Frames.handshake(UID, "akka://x@127.0.0.1:" + (2 + i), scheduler()));
      if (i == 0) {
        // It is the first that the guard hears.
        Await.until(
            "the scheduler knows the first address",
            Ends.SECONDS,
            () -> Associations.of(ends.scheduler.artery()) > known);
      } else {
        assertThat(peer.isClosed()).isTrue();
      }
    }
  }

  /** Used to delay the messages of all peers by a second each. */
  @Test
  void refusesMessageToRemotelyDeployedActor() {
    RawPeer peer = peer(schedulersPort(), Frames.ORDINARY);
    peer.send(Frames.handshake(UID, PEER, scheduler()));
    peer.send(Frames.frame(UID, Frames.ARTERY, "", scheduler() + "/remote/x", "p", new byte[0]));
    assertThat(peer.isClosed()).isTrue();
  }

  @Test
  void refusesMessageWithoutRecipient() {
    for (byte stream : new byte[] {Frames.CONTROL, Frames.ORDINARY}) {
      RawPeer peer = peer(schedulersPort(), stream);
      peer.send(Frames.handshake(UID, PEER, scheduler()));
      peer.send(Frames.frame(UID, Frames.OURS, "", "", "", new byte[0]));
      assertThat(peer.isClosed()).isTrue();
    }
  }

  /** Each name costs streams, queues and timers for minutes or hours. */
  @Test
  void refusesManyPeerNamesOnSingleConnection() {
    RawPeer handshakes = peer(schedulersPort(), Frames.CONTROL);
    RawPeer senders = peer(schedulersPort(), Frames.ORDINARY);
    RawPeer worker = peer(ends.worker.port(), Frames.CONTROL);
    for (int i = 0; i < 1000; i++) {
      String name = "akka://x@127.0.0.1:" + (2 + i);
      handshakes.send(Frames.handshake(UID, name, scheduler()));
      senders.send(
          Frames.frame(
              UID + 1, Frames.OURS, name + "/user/orrery#1", scheduler() + "/", "", new byte[0]));
      worker.send(Frames.handshake(UID, name, ends.worker.address()));
    }

    assertThat(handshakes.isClosed()).isTrue();
    assertThat(senders.isClosed()).isTrue();
    assertThat(worker.isClosed()).isTrue();
    assertThat(Associations.of(ends.scheduler.artery())).isLessThanOrEqualTo(3);
    assertThat(Associations.of(ends.worker.artery())).isLessThanOrEqualTo(2);
  }
}
