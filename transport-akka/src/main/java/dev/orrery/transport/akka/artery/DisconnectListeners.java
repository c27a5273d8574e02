package dev.orrery.transport.akka.artery;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Actions to run when the connection of a remote actor system has ended. */
public final class DisconnectListeners {
  private final Map<Long, Set<Runnable>> actions = new ConcurrentHashMap<>();

  void add(long system, Runnable action) {
    actions.compute(
        system,
        (key, known) -> {
          Set<Runnable> all = known == null ? new HashSet<>() : known;
          all.add(action);
          return all;
        });
  }

  void remove(long system, Runnable action) {
    actions.computeIfPresent(
        system,
        (key, all) -> {
          all.remove(action);
          return all.isEmpty() ? null : all;
        });
  }

  /** Runs the actions of this remote system, each once. */
  public void onDisconnected(long system) {
    Set<Runnable> all = actions.remove(system);
    if (all != null) {
      List.copyOf(all).forEach(Runnable::run);
    }
  }
}
