package dev.orrery.scheduler.powerjob.wire;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Computes the wire ids of attempts, the same at each replica and after a restart. A worker sends
 * no secret, so the id that it echoes proves that it was given the attempt.
 *
 * <p>The wire id of a first attempt can be decrypted. Each later attempt has a row, which is
 * written before the attempt is sent; an attempt without a row was never sent.
 */
@ApplicationScoped
public class WireIdService implements HousekeepingSource {
  private static final int FIRST = 1;

  private final WireIdStore store;

  /** Null until it is needed, and after the database may have gone back to a time without it. */
  private volatile WireIdCipher cipher;

  WireIdService(WireIdStore store, HintBus hints) {
    this.store = store;
    hints.listen(this::onHint);
  }

  private void onHint(Hint hint) {
    if (hint instanceof Hint.Resync) {
      cipher = null;
    }
  }

  /** Returns the id of an attempt in messages; may block. */
  public long of(AttemptRef attempt) {
    return cipher().encrypt(attempt);
  }

  /**
   * Returns the instance whose first attempt has this id, or a number that no instance has; may
   * block.
   */
  public long instanceOfFirst(long wireId) {
    return wireId < 0 ? wireId : cipher().decrypt(wireId, FIRST);
  }

  /**
   * Makes attempts that are sent next known to all replicas; blocks.
   *
   * @return the later attempts among them that were not known yet, so nobody has sent them
   */
  public Set<AttemptRef> announce(Collection<AttemptRef> attempts) {
    Map<AttemptRef, Long> later =
        attempts.stream()
            .filter(attempt -> attempt.attempt() > FIRST)
            .collect(Collectors.toMap(Function.identity(), this::of));
    return later.isEmpty() ? Set.of() : store.record(later);
  }

  private WireIdCipher cipher() {
    WireIdCipher known = cipher;
    if (known == null) {
      byte[] fresh = new byte[WireIdCipher.KEY_BYTES];
      new SecureRandom().nextBytes(fresh);
      known = new WireIdCipher(store.key(fresh));
      cipher = known;
    }
    return known;
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore(
            "numbers for PowerJob", Schedule.HOURLY, () -> store.prune(retention.history())));
  }
}
