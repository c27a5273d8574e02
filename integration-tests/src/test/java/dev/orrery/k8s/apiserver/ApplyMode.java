package dev.orrery.k8s.apiserver;

import java.util.ArrayList;
import java.util.List;

/** Who merges what is applied with what is there. */
enum ApplyMode {
  CLIENT_SIDE,
  SERVER_SIDE;

  /** Refuses fields that Kubernetes does not have. */
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
