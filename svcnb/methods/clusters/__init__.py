"""Groups of customers that are alike: Ward, k-means, k-medoids on Gower's distance (method.md 4.2)."""

from svcnb.methods.clusters.form import cluster
from svcnb.methods.clusters.partition import METHODS
from svcnb.methods.clusters.result import Assignment, Clusters
from svcnb.methods.clusters.space import Space
from svcnb.methods.clusters.stability import Stability

__all__ = ["METHODS", "Assignment", "Clusters", "Space", "Stability", "cluster"]
