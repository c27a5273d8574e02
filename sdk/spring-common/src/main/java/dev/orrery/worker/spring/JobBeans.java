package dev.orrery.worker.spring;

import dev.orrery.worker.binding.BindingPlatform;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.JobCollector;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Collects the jobs of all beans of the application context. Mistakes prevent the start of the
 * context, whether or not the worker is enabled.
 */
public final class JobBeans implements SmartInitializingSingleton {
  private final ConfigurableListableBeanFactory beans;
  private final BindingPlatform platform;
  private final LateJobs late;
  private List<String> names = List.of();
  private List<BoundJob> jobs = List.of();

  JobBeans(ConfigurableListableBeanFactory beans, BindingPlatform platform, LateJobs late) {
    this.beans = beans;
    this.platform = platform;
    this.late = late;
  }

  /**
   * @throws InvalidJobsException with all mistakes
   */
  @Override
  public void afterSingletonsInstantiated() {
    JobCollector collector = new JobCollector(platform);
    Map<String, Class<?>> types = JobBeanTypes.of(beans);
    types.forEach(
        (name, type) -> collector.add(type, "(bean '" + name + "')", new BeanTarget(beans, name)));
    names = List.copyOf(types.keySet());
    jobs = collector.finish();
    late.started(types.keySet());
  }

  /** Returns the jobs; empty until all singletons exist. */
  public List<BoundJob> jobs() {
    return jobs;
  }

  /** The names of the beans that have jobs. */
  List<String> names() {
    return names;
  }
}
