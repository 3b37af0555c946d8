# Peers on identical series and origins. usage: peers.py PANEL METHODS(comma) [every Nth series]
import sys, os, time, warnings, logging
os.environ['OMP_NUM_THREADS']='1'; os.environ['NUMBA_NUM_THREADS']='1'
warnings.filterwarnings('ignore'); logging.disable(logging.CRITICAL)
import numpy as np, pandas as pd
H={'nab_cpu':288,'nab_other':288,'bit_cpu':288,'bit_mem':288,'yosemite':288,'rossmann':30,'daily':30,'monthly':12,'etth1':24}
S={'nab_cpu':[288,2016],'nab_other':[288,2016],'bit_cpu':[288,2016],'bit_mem':[288,2016],'yosemite':[288,2016],'rossmann':[7],'daily':[7],'monthly':[12],'etth1':[24,168]}
panel, methods=sys.argv[1], sys.argv[2].split(',')
every=int(sys.argv[3]) if len(sys.argv)>3 else 1
h=H[panel]; K=10
df=pd.read_csv(f'panels/{panel}.csv',header=None,names=['id','t','y'])
out=open(f'results/{panel}.{"_".join(methods)}.csv','w')
def grid(g):
    t=g.t.values; d=np.diff(t); 
    if panel=='monthly': return g.y.values.astype(float)
    step=int(pd.Series(d).mode()[0]); idx=np.rint((t-t[0])/step).astype(int)
    y=np.full(idx[-1]+1,np.nan); 
    for i,v in zip(idx,g.y.values):
        if not np.isnan(v): y[i]=v
    return y
def lead(g,f):  # position of each future row on the grid after the last training row
    t=g.t.values
    if panel=='monthly': return np.arange(1,len(f)+1)
    step=int(pd.Series(np.diff(t)).mode()[0]); return np.maximum(1,np.rint((f.t.values-t[-1])/step).astype(int))
def fit(m,g,f):
    if m=='Prophet':
        from prophet import Prophet
        p=Prophet(); p.fit(pd.DataFrame({'ds':pd.to_datetime(g.t,unit='s'),'y':g.y}).dropna())
        r=p.predict(pd.DataFrame({'ds':pd.to_datetime(f.t,unit='s')}))
        return r.yhat.values,r.yhat_lower.values,r.yhat_upper.values
    from statsforecast.models import SeasonalNaive,Naive,AutoTheta,Theta,AutoETS,MSTL,AutoARIMA
    y=grid(g); 
    y=np.nan_to_num(y,nan=0.0) if panel=='rossmann' else pd.Series(y).interpolate(limit_direction='both').values
    L=lead(g,f); s=S[panel]; m0=s[0]; ss=[x for x in s if 2*x<=len(y)] or [m0]
    model={'Naive':lambda:Naive(),'SeasonalNaive':lambda:SeasonalNaive(m0),'Theta':lambda:Theta(m0),'AutoTheta':lambda:AutoTheta(m0),
      'AutoETS':lambda:AutoETS(season_length=m0 if m0<=24 else 1),'MSTL':lambda:MSTL(season_length=ss),'AutoARIMA':lambda:AutoARIMA(season_length=m0 if m0<=24 else 1)}[m]()
    r=model.forecast(y=y.astype(float),h=int(L.max()),level=[80])
    a=lambda k:r[k][L-1]
    return a('mean'),a('lo-80') if 'lo-80' in r else a('mean'),a('hi-80') if 'hi-80' in r else a('mean')
def scale(g):
    y=grid(g); m=S[panel][0]; 
    if 2*m>len(y): m=1
    d=np.abs(y[m:]-y[:-m]); d=d[~np.isnan(d)]; return d.mean() if len(d) else np.nan
ids=list(dict.fromkeys(df.id))[::every]
for u in ids:
    g=df[df.id==u]; n=len(g); k=min(K,(n-2)//h)
    k=min(k,(n-2*S[panel][0])//h)
    kmax=int(os.environ.get("KMAX","10"))
    for o in range(min(k,kmax),0,-1):
        tr=g.iloc[:n-o*h]; te=g.iloc[n-o*h:n-o*h+h]
        # the training ends with its last row; rows whose value is missing stay rows
        a=te.y.values.astype(float); ok=~np.isnan(a)
        if not ok.any() or tr.y.notna().sum()<2: continue
        sc=scale(tr)
        for m in methods:
            t0=time.time()
            try:
                f,lo,hi=fit(m,tr,te); st='ok'
                if not np.isfinite(f[ok]).all(): raise ValueError('not finite')
            except Exception as e:
                st='failed'; 
                f,lo,hi=fit('SeasonalNaive',tr,te)
            dt=time.time()-t0
            x=a[ok]; f=f[ok]; lo=lo[ok]; hi=hi[ok]
            mae=np.abs(x-f).mean(); den=np.abs(x)+np.abs(f)
            sm=np.where(den==0,0,200*np.abs(x-f)/np.where(den==0,1,den)).mean()
            cov=((x>=lo)&(x<=hi)).mean(); w=(hi-lo+10*np.maximum(lo-x,0)+10*np.maximum(x-hi,0)).mean()
            out.write(f'{panel},{u},{o},{m},{len(x)},{mae},{sm},{mae/sc if sc>0 else np.nan},{cov},{w/sc if sc>0 else np.nan},{dt:.4f},{st}\n'); out.flush()
