package dev.orrery.scheduler.model.job.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orrery.scheduler.model.job.document.FlowShape.CycleException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowShapeTest {
  private static Map<String, List<String>> diamond() {
    Map<String, List<String>> needs = new LinkedHashMap<>();
    needs.put("end", List.of("left", "right"));
    needs.put("right", List.of("begin"));
    needs.put("left", List.of("begin"));
    needs.put("begin", List.of());
    return needs;
  }

  @Test
  void sortsNodesAfterTheirNeedsInDocumentOrder() throws Exception {
    assertThat(FlowShape.of(diamond()).order()).containsExactly("begin", "right", "left", "end");
  }

  @Test
  void namesOnlyNodesOfCycle() {
    Map<String, List<String>> needs = diamond();
    needs.put("begin", List.of("end"));
    needs.put("after", List.of("end"));

    CycleException refused = catchThrowableOfType(CycleException.class, () -> FlowShape.of(needs));

    assertThat(refused).hasMessage("end needs left, left needs begin, begin needs end");
  }

  @Test
  void namesNodeThatNeedsItself() {
    CycleException refused =
        catchThrowableOfType(
            CycleException.class, () -> FlowShape.of(Map.of("one", List.of("one"))));

    assertThat(refused.nodes()).containsExactly("one", "one");
  }

  /** The edges follow a random order; an edge back makes a cycle. */
  @Test
  void sortsOnlyAcyclicGraphs() throws Exception {
    long seed = Long.getLong("orrery.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int graph = 0; graph < 2_000; graph++) {
      int count = 2 + random.nextInt(30);
      List<String> names =
          new ArrayList<>(IntStream.range(0, count).mapToObj(n -> "n" + n).toList());
      Collections.shuffle(names, random);
      Map<String, List<String>> needs = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        int before = i;
        needs.put(
            names.get(i),
            new ArrayList<>(
                IntStream.range(0, before)
                    .filter(one -> random.nextInt(4) == 0)
                    .mapToObj(names::get)
                    .toList()));
      }
      List<String> order = FlowShape.of(needs).order();
      assertThat(order).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(names);
      needs.forEach(
          (node, needed) ->
              assertThat(order.subList(0, order.indexOf(node)))
                  .as("seed %s", seed)
                  .containsAll(needed));

      needs.get(names.get(count - 1)).add(names.get(0));
      needs.get(names.get(0)).add(names.get(count - 1));
      CycleException refused =
          catchThrowableOfType(CycleException.class, () -> FlowShape.of(needs));
      List<String> cycle = refused.nodes();
      assertThat(cycle.get(0)).as("seed %s", seed).isEqualTo(cycle.get(cycle.size() - 1));
      for (int i = 1; i < cycle.size(); i++) {
        assertThat(needs.get(cycle.get(i - 1))).as("seed %s", seed).contains(cycle.get(i));
      }
    }
  }
}
