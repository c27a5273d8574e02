package dev.orrery.scheduler.base.hint;

import dev.orrery.scheduler.base.time.Ticker;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes {@link OtherReplicas}, and what sends to them, for tests of other packages. */
public final class TestPeers {
  private TestPeers() {}

  public static OtherReplicas peers(Ticker ticker) {
    return new OtherReplicas(ticker);
  }

  /** Returns true if a hint must go through the database to reach all of them. */
  public static boolean mustNotify(OtherReplicas peers) {
    return peers.mustNotify();
  }

  /**
   * @param sent gets what would go through the database
   */
  public static DatabaseHintForwarder forwarder(OtherReplicas peers, Consumer<HintMessage> sent) {
    NotifyStore store =
        new NotifyStore(null, null) {
          @Override
          void send(String payload) {
            sent.accept(HintMessage.read(payload).orElseThrow());
          }
        };
    return new DatabaseHintForwarder(store, peers, Ticker.SYSTEM);
  }

  /** Returns the lanes that a message names, fresh or not. */
  public static Set<Integer> lanes(HintMessage message) {
    return message.hints().stream()
        .filter(Hint.LanesReady.class::isInstance)
        .flatMap(hint -> ((Hint.LanesReady) hint).lanes().stream())
        .collect(Collectors.toSet());
  }
}
