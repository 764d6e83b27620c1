//! Which kinds the types of k8s-openapi 0.29 have, written by `cargo xtask kinds`.

use k8s_openapi_0_29 as k8s_openapi;

use super::resource;
use crate::resource::metadata_by_fields;

metadata_by_fields!(k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta);

k8s_openapi::k8s_if_ge_1_36! { resource!(Cluster api::admissionregistration::v1::MutatingAdmissionPolicy); }
k8s_openapi::k8s_if_ge_1_36! { resource!(Cluster api::admissionregistration::v1::MutatingAdmissionPolicyBinding); }
resource!(Cluster api::admissionregistration::v1::MutatingWebhookConfiguration);
resource!(Cluster api::admissionregistration::v1::ValidatingAdmissionPolicy);
resource!(Cluster api::admissionregistration::v1::ValidatingAdmissionPolicyBinding);
resource!(Cluster api::admissionregistration::v1::ValidatingWebhookConfiguration);
resource!(Cluster api::admissionregistration::v1alpha1::MutatingAdmissionPolicy);
resource!(Cluster api::admissionregistration::v1alpha1::MutatingAdmissionPolicyBinding);
k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster api::admissionregistration::v1beta1::MutatingAdmissionPolicy); }
k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster api::admissionregistration::v1beta1::MutatingAdmissionPolicyBinding); }
k8s_openapi::k8s_if_le_1_33! { resource!(Cluster api::admissionregistration::v1beta1::ValidatingAdmissionPolicy); }
k8s_openapi::k8s_if_le_1_33! { resource!(Cluster api::admissionregistration::v1beta1::ValidatingAdmissionPolicyBinding); }
resource!(Cluster api::apiserverinternal::v1alpha1::StorageVersion);
resource!(Namespaced api::apps::v1::ControllerRevision);
resource!(Namespaced api::apps::v1::DaemonSet);
resource!(Namespaced api::apps::v1::Deployment);
resource!(Namespaced api::apps::v1::ReplicaSet);
resource!(Namespaced api::apps::v1::StatefulSet);
resource!(Cluster api::authentication::v1::SelfSubjectReview);
resource!(Cluster api::authentication::v1::TokenReview);
resource!(Namespaced api::authorization::v1::LocalSubjectAccessReview);
resource!(Cluster api::authorization::v1::SelfSubjectAccessReview);
resource!(Cluster api::authorization::v1::SelfSubjectRulesReview);
resource!(Cluster api::authorization::v1::SubjectAccessReview);
resource!(Namespaced api::autoscaling::v1::HorizontalPodAutoscaler);
resource!(Namespaced api::autoscaling::v2::HorizontalPodAutoscaler);
resource!(Namespaced api::batch::v1::CronJob);
resource!(Namespaced api::batch::v1::Job);
resource!(Cluster api::certificates::v1::CertificateSigningRequest);
k8s_openapi::k8s_if_ge_1_37! { resource!(Cluster api::certificates::v1::ClusterTrustBundle); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::certificates::v1::PodCertificateRequest); }
k8s_openapi::k8s_if_le_1_36! { resource!(Cluster api::certificates::v1alpha1::ClusterTrustBundle); }
k8s_openapi::k8s_if_ge_1_34! { k8s_openapi::k8s_if_le_1_34! { resource!(Namespaced api::certificates::v1alpha1::PodCertificateRequest); } }
resource!(Cluster api::certificates::v1beta1::ClusterTrustBundle);
k8s_openapi::k8s_if_ge_1_35! { resource!(Namespaced api::certificates::v1beta1::PodCertificateRequest); }
resource!(Namespaced api::coordination::v1::Lease);
resource!(Namespaced api::coordination::v1alpha2::LeaseCandidate);
resource!(Namespaced api::coordination::v1beta1::LeaseCandidate);
resource!(Namespaced api::core::v1::Binding);
resource!(Cluster api::core::v1::ComponentStatus);
resource!(Namespaced api::core::v1::ConfigMap);
resource!(Namespaced api::core::v1::Endpoints);
resource!(Namespaced api::core::v1::Event);
resource!(Namespaced api::core::v1::LimitRange);
resource!(Cluster api::core::v1::Namespace);
resource!(Cluster api::core::v1::Node);
resource!(Cluster api::core::v1::PersistentVolume);
resource!(Namespaced api::core::v1::PersistentVolumeClaim);
resource!(Namespaced api::core::v1::Pod);
resource!(Namespaced api::core::v1::PodTemplate);
resource!(Namespaced api::core::v1::ReplicationController);
resource!(Namespaced api::core::v1::ResourceQuota);
resource!(Namespaced api::core::v1::Secret);
resource!(Namespaced api::core::v1::Service);
resource!(Namespaced api::core::v1::ServiceAccount);
resource!(Namespaced api::discovery::v1::EndpointSlice);
resource!(Namespaced api::events::v1::Event);
resource!(Cluster api::flowcontrol::v1::FlowSchema);
resource!(Cluster api::flowcontrol::v1::PriorityLevelConfiguration);
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::lifecycle::v1alpha1::Eviction); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::lifecycle::v1alpha1::EvictionRequest); }
resource!(Cluster api::networking::v1::IPAddress);
resource!(Namespaced api::networking::v1::Ingress);
resource!(Cluster api::networking::v1::IngressClass);
resource!(Namespaced api::networking::v1::NetworkPolicy);
resource!(Cluster api::networking::v1::ServiceCIDR);
k8s_openapi::k8s_if_le_1_36! { resource!(Cluster api::networking::v1beta1::IPAddress); }
k8s_openapi::k8s_if_le_1_36! { resource!(Cluster api::networking::v1beta1::ServiceCIDR); }
resource!(Cluster api::node::v1::RuntimeClass);
resource!(Namespaced api::policy::v1::PodDisruptionBudget);
resource!(Cluster api::rbac::v1::ClusterRole);
resource!(Cluster api::rbac::v1::ClusterRoleBinding);
resource!(Namespaced api::rbac::v1::Role);
resource!(Namespaced api::rbac::v1::RoleBinding);
k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster api::resource::v1::DeviceClass); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Cluster api::resource::v1::DeviceTaintRule); }
k8s_openapi::k8s_if_ge_1_34! { resource!(Namespaced api::resource::v1::ResourceClaim); }
k8s_openapi::k8s_if_ge_1_34! { resource!(Namespaced api::resource::v1::ResourceClaimTemplate); }
k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster api::resource::v1::ResourceSlice); }
k8s_openapi::k8s_if_le_1_33! { resource!(Cluster api::resource::v1alpha3::DeviceClass); }
resource!(Cluster api::resource::v1alpha3::DeviceTaintRule);
k8s_openapi::k8s_if_le_1_33! { resource!(Namespaced api::resource::v1alpha3::ResourceClaim); }
k8s_openapi::k8s_if_le_1_33! { resource!(Namespaced api::resource::v1alpha3::ResourceClaimTemplate); }
k8s_openapi::k8s_if_ge_1_36! { resource!(Cluster api::resource::v1alpha3::ResourcePoolStatusRequest); }
k8s_openapi::k8s_if_le_1_33! { resource!(Cluster api::resource::v1alpha3::ResourceSlice); }
resource!(Cluster api::resource::v1beta1::DeviceClass);
resource!(Namespaced api::resource::v1beta1::ResourceClaim);
resource!(Namespaced api::resource::v1beta1::ResourceClaimTemplate);
resource!(Cluster api::resource::v1beta1::ResourceSlice);
resource!(Cluster api::resource::v1beta2::DeviceClass);
k8s_openapi::k8s_if_ge_1_36! { resource!(Cluster api::resource::v1beta2::DeviceTaintRule); }
resource!(Namespaced api::resource::v1beta2::ResourceClaim);
resource!(Namespaced api::resource::v1beta2::ResourceClaimTemplate);
resource!(Cluster api::resource::v1beta2::ResourceSlice);
resource!(Cluster api::scheduling::v1::PriorityClass);
k8s_openapi::k8s_if_ge_1_35! { k8s_openapi::k8s_if_le_1_35! { resource!(Namespaced api::scheduling::v1alpha1::Workload); } }
k8s_openapi::k8s_if_ge_1_36! { k8s_openapi::k8s_if_le_1_36! { resource!(Namespaced api::scheduling::v1alpha2::PodGroup); } }
k8s_openapi::k8s_if_ge_1_36! { k8s_openapi::k8s_if_le_1_36! { resource!(Namespaced api::scheduling::v1alpha2::Workload); } }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::scheduling::v1alpha3::CompositePodGroup); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::scheduling::v1alpha3::PodGroup); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::scheduling::v1alpha3::Workload); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::scheduling::v1beta1::PodGroup); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Namespaced api::scheduling::v1beta1::Workload); }
resource!(Cluster api::storage::v1::CSIDriver);
resource!(Cluster api::storage::v1::CSINode);
resource!(Namespaced api::storage::v1::CSIStorageCapacity);
resource!(Cluster api::storage::v1::StorageClass);
resource!(Cluster api::storage::v1::VolumeAttachment);
k8s_openapi::k8s_if_ge_1_34! { resource!(Cluster api::storage::v1::VolumeAttributesClass); }
k8s_openapi::k8s_if_le_1_34! { resource!(Cluster api::storage::v1alpha1::VolumeAttributesClass); }
k8s_openapi::k8s_if_le_1_36! { resource!(Cluster api::storage::v1beta1::VolumeAttributesClass); }
k8s_openapi::k8s_if_ge_1_37! { resource!(Cluster api::storagemigration::v1::StorageVersionMigration); }
k8s_openapi::k8s_if_le_1_34! { resource!(Cluster api::storagemigration::v1alpha1::StorageVersionMigration); }
k8s_openapi::k8s_if_ge_1_35! { resource!(Cluster api::storagemigration::v1beta1::StorageVersionMigration); }
resource!(Cluster apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition);
resource!(Cluster kube_aggregator::pkg::apis::apiregistration::v1::APIService);
