package dev.orrery.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleSetTest {
  @Test
  void returnsMiddleSampleAsMedianOfUnsortedSamples() {
    assertThat(SampleSet.of(List.of(9.0, 1.0, 5.0)).median()).isEqualTo(5);
    assertThat(SampleSet.of(List.of(7.0)).median()).isEqualTo(7);
  }

  @Test
  void averagesTwoMiddleSamplesForEvenCount() {
    assertThat(SampleSet.of(List.of(4.0, 1.0, 2.0, 8.0)).median()).isEqualTo(3);
  }

  @Test
  void computesPercentileByNearestRank() {
    SampleSet hundred =
        SampleSet.of(IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList());
    assertThat(hundred.percentile(50)).isEqualTo(50);
    assertThat(hundred.percentile(99)).isEqualTo(99);
    assertThat(hundred.percentile(99.5)).isEqualTo(100);
    assertThat(hundred.percentile(100)).isEqualTo(100);
    assertThat(hundred.max()).isEqualTo(100);
  }

  @Test
  void returnsLargestSampleAsHighPercentileOfFewSamples() {
    assertThat(SampleSet.of(List.of(3.0, 1.0, 2.0)).percentile(99)).isEqualTo(3);
    assertThat(SampleSet.of(List.of(3.0, 1.0, 2.0)).percentile(1)).isEqualTo(1);
  }

  @Test
  void refusesEmptySampleList() {
    assertThatThrownBy(() -> SampleSet.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
