package dev.orrery.k8s.net;

import dev.orrery.k8s.Neighbours;
import dev.orrery.k8s.Overlay;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pods of several overlays and their possible peers on one network. */
final class OverlayNetwork implements AutoCloseable {
  private static final int DNS_PORT = 53;

  private final Map<String, Cast> casts = new LinkedHashMap<>();
  private final Map<String, String> addresses = new HashMap<>();
  private final PodNetwork pods;

  OverlayNetwork(Family family, Collection<String> overlays) {
    for (String overlay : overlays) {
      casts.put(
          overlay,
          new Cast(
              Overlay.rendered(overlay),
              family,
              name -> addresses.computeIfAbsent(name, pod -> family.pod(addresses.size() + 1))));
    }
    pods =
        new PodNetwork(casts.values().stream().flatMap(cast -> cast.everybody().stream()).toList());
    pods.at(casts.values().iterator().next().of(Neighbours.DNS)).listen(DNS_PORT);
  }

  Cast cast(String overlay) {
    return casts.get(overlay);
  }

  PodNetwork pods() {
    return pods;
  }

  @Override
  public void close() {
    pods.close();
  }
}
