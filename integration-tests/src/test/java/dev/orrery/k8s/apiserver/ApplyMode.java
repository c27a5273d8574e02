package dev.orrery.k8s.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where an apply is merged: client-side or server-side. */
enum ApplyMode {
  CLIENT_SIDE,
  SERVER_SIDE;

  String suffix() {
    return "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns an apply command that rejects unknown fields. */
  List<String> apply(String directory) {
    return command("apply", directory, "--validate=strict");
  }

  List<String> diff(String directory) {
    return command("diff", directory);
  }

  private List<String> command(String verb, String directory, String... more) {
    List<String> words = new ArrayList<>(List.of(verb, "-k", directory));
    words.addAll(List.of(more));
    if (this == SERVER_SIDE) {
      words.add("--server-side");
    }
    return words;
  }
}
