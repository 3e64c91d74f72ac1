//! Resources, scopes and services: equal ones become one.

use super::super::ScopeSlot;
use super::super::order;
use super::super::rows::{Resource, Scope, Service};
use super::super::store::TraceStore;
use super::super::strings::StrId;
use super::references::Numbers;

/// Equal resources and equal scopes become one; a Collector file repeats them on every line.
pub(super) fn compact(store: &mut TraceStore, resources: &[Resource], scopes: &[Scope]) {
    let mut known = Numbers::default();
    let mut resource_map = Vec::with_capacity(resources.len());
    for resource in resources {
        let service = resource.service.map_or(0, |service| service.0 + 1);
        let next = store.resources.len() as u32;
        let index = *known
            .entry(key(resource.json.0, service, 0, 0))
            .or_insert(next);
        if index == next {
            store.resources.push(*resource);
        }
        resource_map.push(index);
    }
    known.clear();
    let mut scope_map = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let resource = resource_map.get(scope.resource as usize);
        let resource = resource.copied().unwrap_or(0);
        let next = store.scopes.len() as u32;
        let key = key(resource, scope.json.0, scope.name.0, scope.version.0);
        let index = *known.entry(key).or_insert(next);
        if index == next {
            store.scopes.push(Scope { resource, ..*scope });
        }
        scope_map.push(index);
    }
    let mapped = |scope: u32| scope_map.get(scope as usize).copied().unwrap_or(u32::MAX);
    for scope in &mut store.scope {
        *scope = mapped(*scope);
    }
    for record in &mut store.logs {
        record.log.scope = ScopeSlot(mapped(record.log.scope.0));
    }
}

fn key(a: u32, b: u32, c: u32, d: u32) -> u128 {
    let high = u64::from(a) << 32 | u64::from(b);
    let low = u64::from(c) << 32 | u64::from(d);
    u128::from(high) << 64 | u128::from(low)
}

/// Services in order of span count, ties by name.
pub(super) fn count_services(store: &mut TraceStore) {
    let service_of = |scope: &Scope| store.resources.get(scope.resource as usize)?.service;
    let services: Vec<Option<StrId>> = store.scopes.iter().map(service_of).collect();
    let mut spans = vec![0_u32; store.strings.len()];
    for &scope in &store.scope {
        if let Some(&Some(service)) = services.get(scope as usize) {
            spans[service.0 as usize] += 1;
        }
    }
    let mut names: Vec<u32> = (0..spans.len() as u32)
        .filter(|&name| spans[name as usize] > 0)
        .collect();
    order::sort(&mut names, &|a, b| {
        let text = |name: u32| store.strings.text(StrId(name));
        let most = spans[b as usize].cmp(&spans[a as usize]);
        most.then_with(|| text(a).cmp(text(b)))
    });
    store.services = names
        .iter()
        .map(|&name| Service {
            name: StrId(name),
            spans: spans[name as usize],
        })
        .collect();
    // The counts have served; in their place comes the index of each name.
    let mut index = spans;
    index.fill(u32::MAX);
    for (&name, at) in names.iter().zip(0..) {
        index[name as usize] = at;
    }
    store.resource_service = store
        .resources
        .iter()
        .map(|resource| u16::try_from(index[resource.service?.0 as usize]).ok())
        .collect();
}
