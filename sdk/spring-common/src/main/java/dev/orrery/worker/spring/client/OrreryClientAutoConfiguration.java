package dev.orrery.worker.spring.client;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.ClientSettingsReader;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.binding.client.RequiredJobs;
import dev.orrery.worker.spring.OrreryWorkerAutoConfiguration;
import dev.orrery.worker.spring.OrreryWorkerLifecycle;
import dev.orrery.worker.spring.OrreryWorkerProperties;
import dev.orrery.worker.spring.SslBundleContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * Provides a client that runs the jobs of an app. It is created when a bean asks for it, or at the
 * start if there are required jobs.
 */
@AutoConfiguration(after = OrreryWorkerAutoConfiguration.class)
@EnableConfigurationProperties(OrreryClientProperties.class)
public class OrreryClientAutoConfiguration {

  @Bean(destroyMethod = "close")
  @Lazy
  @ConditionalOnMissingBean
  OrreryClient orreryClient(
      OrreryClientProperties properties,
      OrreryWorkerProperties worker,
      ObjectProvider<SslBundles> bundles,
      ObjectProvider<OrreryClientCustomizer> customizers) {
    ClientSettings settings = ClientSettingsReader.read(properties.shared(), worker.app());
    SslBundleContext.of(bundles, ClientProperties.PREFIX + ".ssl-bundle", properties.sslBundle())
        .ifPresent(settings::sslContext);
    customizers.orderedStream().forEach(customizer -> customizer.customize(settings));
    return settings.open();
  }

  /** Runs after the worker has read which jobs the application declares. */
  @Bean
  SmartInitializingSingleton orreryRequiredJobs(
      OrreryClientProperties properties,
      ObjectProvider<OrreryClient> client,
      ObjectProvider<OrreryWorkerLifecycle> worker) {
    return () ->
        RequiredJobs.check(
            properties.requiredJobs(),
            client::getObject,
            worker.stream().flatMap(each -> each.workers().declareSettings().stream()).toList());
  }
}
