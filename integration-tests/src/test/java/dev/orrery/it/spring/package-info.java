/** Applications of Spring Boot with a starter, as processes. */
package dev.orrery.it.spring;
